"""The API described from its own code: the OpenAPI document and the page to read it on."""
