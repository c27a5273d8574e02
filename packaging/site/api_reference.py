"""Hook of MkDocs: renders docs/openapi.yaml as a page, which needs neither scripts nor a network to read."""

import json
import pathlib

import yaml
from mkdocs.structure.files import File

_PAGE = "generated/api-reference.md"


def on_files(files, config, **_):
    files.append(File(_PAGE, config["docs_dir"], config["site_dir"], config["use_directory_urls"]))


def on_page_read_source(page, config, **_):
    if page.file.src_uri == _PAGE:
        return _page(yaml.safe_load((pathlib.Path(config["docs_dir"]) / "openapi.yaml").read_text("utf-8")))


def _page(document):
    lines = [
        "# API reference",
        "Every operation of the [OpenAPI document](../openapi.yaml). [REST API](../api.md) has the rules that all"
        " operations share, and the meaning of the error codes.",
    ]
    for tag in document["tags"]:
        lines += ["## " + tag["name"].capitalize(), tag.get("description", "")]
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    lines += _operation(document, method.upper() + " " + path, operation)
    lines.append("## Schemas")
    for name, schema in document["components"]["schemas"].items():
        lines += ["### " + name, schema.get("description", "")]
        required = schema.get("required", ())
        rows = [
            (_name(key, key in required), _type(value), value.get("description", ""))
            for key, value in schema.get("properties", {}).items()
        ]
        lines.append(_table("property | type | meaning", rows) if rows else f"Type: {_type(schema)}.")
    return "\n\n".join(lines)


def _operation(document, call, operation):
    lines = [
        "### " + operation["operationId"],
        f"`{call}`",
        operation["summary"] + ". " + operation.get("description", ""),
    ]
    parameters = [
        (_name(each["name"], each.get("required")), each["in"], _type(each["schema"]), each.get("description", ""))
        for each in operation.get("parameters", ())
    ]
    if parameters:
        lines.append(_table("parameter | in | type | meaning", parameters))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        lines.append(f"Body: {_type(body['schema'])}.")
        examples = _resolved(document, body["schema"]).get("examples")
        if examples:
            lines.append("```json\n" + _json(examples[0], indent=2) + "\n```")
    responses = []
    for status, given in operation["responses"].items():
        response = _resolved(document, given)
        types = " or ".join(_type(content.get("schema", {})) for content in response.get("content", {}).values())
        codes = ", ".join(f"`{code}`" for code in response.get("x-error-codes", ()))
        responses.append((status, codes or types, "" if codes else response.get("description", "")))
    lines.append(_table("status | response | meaning", responses))
    return lines


def _type(schema):
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return " or ".join(map(_type, schema[keyword]))
    types = schema.get("type", "any JSON")
    text = types if isinstance(types, str) else " or ".join(types)
    if "enum" in schema:
        text = ", ".join(f"`{value}`" for value in schema["enum"])
    elif "items" in schema:
        text = text.replace("array", "list of " + _type(schema["items"]))
    elif "minimum" in schema and "maximum" in schema:
        text += f" {schema['minimum']} to {schema['maximum']}"
    return text + (f"; default `{_json(schema['default'])}`" if "default" in schema else "")


def _json(value, **style):
    """YAML has instants of its own."""
    return json.dumps(value, ensure_ascii=False, default=lambda time: time.isoformat(), **style)


def _resolved(document, node):
    for key in node.get("$ref", "#").split("/")[1:]:
        document = document[key]
    return document if "$ref" in node else node


def _name(name, required):
    return f"`{name}`" + (" (required)" if required else "")


def _table(head, rows):
    bar = "|".join("---" for _ in head.split("|"))
    cells = [" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {row} |" for row in [head, bar] + cells)
