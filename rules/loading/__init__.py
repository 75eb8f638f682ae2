"""From a policy's YAML to rules that judge, with everything that is wrong on the way."""
