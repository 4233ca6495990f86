"""Checks resources against the schemas of their custom resource definitions.

Usage: check_resources.py FOLDER FILE... The folder holds definitions; resources of other kinds are
passed over. Stricter than a cluster: a property that the schema does not know is an error, which a
cluster would drop in silence.
"""

import pathlib
import sys

import jsonschema
import yaml

# The newest schema of the Flink operator in a registry is older than Flink 2.3.
KNOWN = [("FlinkDeployment", "spec/flinkVersion", "v2_3")]


def strict(schema):
    """Refuses properties that are not named, where nothing else is said of them."""
    if isinstance(schema, dict):
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        if schema.get("x-kubernetes-int-or-string"):
            schema.pop("type", None)
        for value in list(schema.values()):
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


def definitions(folder):
    """Schemas by apiVersion and kind."""
    schemas = {}
    for file in sorted(pathlib.Path(folder).rglob("*.y*ml")):
        spec = yaml.safe_load(file.read_text())["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"].update(metadata={"type": "object"}, apiVersion={}, kind={})
            name = "%s/%s" % (spec["group"], version["name"])
            schemas[name, spec["names"]["kind"]] = schema
    return schemas


def main(folder, *files):
    schemas = definitions(folder)
    checked, wrong = 0, 0
    for file in files:
        for resource in yaml.safe_load_all(pathlib.Path(file).read_text()):
            schema = schemas.get((resource["apiVersion"], resource["kind"]))
            if schema is None:
                continue
            checked += 1
            for error in jsonschema.Draft202012Validator(schema).iter_errors(resource):
                path = "/".join(map(str, error.absolute_path))
                if (resource["kind"], path, error.instance) in KNOWN:
                    continue
                wrong += 1
                name = resource["metadata"]["name"]
                print("%s %s: %s: %s" % (resource["kind"], name, path, error.message[:200]))
    print("%s resources of %s kinds checked, %s errors" % (checked, len(schemas), wrong))
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
