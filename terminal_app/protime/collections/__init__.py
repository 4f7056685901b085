"""The API's collections as whole records, one module a family; for the library's users, loaded by nobody else.

What the courier needs of a collection is read by the smaller modules one level up.
"""
