"""Short programs on the Protime client; docs/protime-client.md tells how to run them."""
