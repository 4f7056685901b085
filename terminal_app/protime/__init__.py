"""The edge to the Protime API: transport, tokens, errors, paging, and one module a collection."""
