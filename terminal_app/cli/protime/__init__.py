"""`protime`: looking at Protime, and the few things that admins change there; one module a command."""
