"""What is in a package, as CycloneDX (an SBOM): every library with its version, licence and allowed hashes."""

import re
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from package.targets import Target

_LIBRARIES = Path(__file__).parents[1] / "requirements" / "simulator.txt"
_PROGRAM = "clocking-terminal"


def bill_of_materials(site: Path, target: Target, version: str, epoch: int) -> str:
    """JSON, the same for the same packages."""
    hashes = _hashes_by_name()
    bom = Bom()
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.serial_number = uuid5(NAMESPACE_URL, f"{_PROGRAM}/{version}/{target.architecture}/{epoch}")
    for one in sorted(distributions(path=[str(site)]), key=lambda each: each.name.lower()):
        component = _component(one, hashes)
        if one.name == _PROGRAM:
            bom.metadata.component = component
        else:
            bom.components.add(component)
    if bom.metadata.component is not None:
        bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _component(one: Distribution, hashes: dict[str, list[str]]) -> Component:
    name = _normal(one.name)
    url = PackageURL("pypi", name=name, version=one.version)
    expression, words = (one.metadata.json.get(key) for key in ("license_expression", "license"))
    licences: list[LicenseExpression | DisjunctiveLicense] = []
    if isinstance(expression, str):
        licences = [LicenseExpression(expression)]
    elif isinstance(words, str) and "\n" not in words:
        licences = [DisjunctiveLicense(name=words)]
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.APPLICATION if one.name == _PROGRAM else ComponentType.LIBRARY,
        bom_ref=str(url),
        purl=url,
        licenses=licences,
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(str(url)),
                comment="every wheel of this version that may be installed",
                hashes=[HashType.from_composite_str(f"sha256:{each}") for each in hashes[name]],
            )
        ]
        if name in hashes
        else [],
    )


def _hashes_by_name() -> dict[str, list[str]]:
    """Those that the requirement file allows: of one library's wheels for all machines."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in _LIBRARIES.read_text(encoding="utf-8").splitlines():
        if (begins := re.match(r"([A-Za-z0-9._-]+)(\[.*\])?==", line)) is not None:
            name = _normal(begins[1])
        if (one := re.search(r"--hash=sha256:([0-9a-f]{64})", line)) is not None:
            found.setdefault(name, []).append(one[1])
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
