"""What the promise withstands: faults made on purpose, each part with a control that must fail (docs/proof.md)."""
