"""How panels of Tributary's dashboards look. What is on them is in `generate`."""

DATASOURCE = {"type": "prometheus", "uid": "tributary-prometheus"}
COLUMNS = 24

# Of the classic dashboard model; Grafana 12 writes it, later ones read it.
SCHEMA_VERSION = 41


def query(expr, legend="", instant=False, table=False):
    target = {
        "datasource": DATASOURCE,
        "editorMode": "code",
        "expr": " ".join(expr.split()),
        "legendFormat": legend or "__auto",
        "instant": instant,
        "range": not instant,
    }
    if table:
        target["format"] = "table"
    return target


def panel(kind, title, description, queries, width, height, defaults, options, **more):
    if isinstance(queries, dict):
        queries = [queries]
    targets = [dict(q, refId=chr(ord("A") + i)) for i, q in enumerate(queries)]
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": defaults, "overrides": more.pop("overrides", [])},
        "options": options,
        "targets": targets,
        **more,
    }


def steps(*bounds):
    """thresholds(("green", None), ("orange", 2), ...)"""
    return {
        "mode": "absolute",
        "steps": [{"color": color, "value": value} for color, value in bounds],
    }


GREEN = steps(("green", None))
NEUTRAL = steps(("text", None))


def mapping(texts):
    """What numbers mean: {0: ("no answer", "red")}."""
    return [
        {
            "type": "value",
            "options": {
                str(value): {"text": text, "color": color, "index": index}
                for index, (value, (text, color)) in enumerate(texts.items())
            },
        }
    ]


def stat(title, description, expr, unit="none", thresholds=NEUTRAL, width=3, legend="", **more):
    mappings = more.pop("mappings", [])
    text_mode = more.pop("text_mode", "value")
    decimals = more.pop("decimals", None)
    defaults = {"unit": unit, "thresholds": thresholds, "mappings": mappings}
    if decimals is not None:
        defaults["decimals"] = decimals
    return panel(
        "stat",
        title,
        description,
        query(expr, legend, instant=True),
        width,
        4,
        defaults,
        {
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": text_mode,
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    )


def lines(title, description, queries, unit="short", width=12, height=8, **more):
    """A time series. stack: areas on each other; bars; step; log; thresholds as lines."""
    custom = {
        "drawStyle": "bars" if more.get("bars") else "line",
        "lineInterpolation": "stepAfter" if more.get("step") else "linear",
        "lineWidth": 1 if more.get("bars") else 2,
        "fillOpacity": 70 if more.get("bars") else 40 if more.get("stack") else 8,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if more.get("stack") else "none", "group": "A"},
        "axisSoftMin": 0,
        "scaleDistribution": {"type": "log", "log": 2} if more.get("log") else {"type": "linear"},
        "thresholdsStyle": {"mode": "dashed" if more.get("thresholds") else "off"},
    }
    if more.get("log"):
        del custom["axisSoftMin"]
    defaults = {
        "unit": unit,
        "custom": custom,
        "thresholds": more.get("thresholds", GREEN),
        "color": {"mode": "palette-classic"},
    }
    if "max" in more:
        defaults["max"] = more["max"]
    if "min" in more:
        defaults["min"] = more["min"]
    return panel(
        "timeseries",
        title,
        description,
        queries,
        width,
        height,
        defaults,
        {
            "legend": {
                "displayMode": "table",
                "placement": "bottom",
                "showLegend": True,
                "calcs": ["lastNotNull", "max"],
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        overrides=more.get("overrides", []),
    )


def right_axis(legend, unit):
    """Override: one series has another unit."""
    return {
        "matcher": {"id": "byName", "options": legend},
        "properties": [
            {"id": "unit", "value": unit},
            {"id": "custom.axisPlacement", "value": "right"},
        ],
    }


def timeline(title, description, expr, legend, texts, width=12, height=8):
    """States over time, a line for each series."""
    return panel(
        "state-timeline",
        title,
        description,
        query(expr, legend),
        width,
        height,
        {
            "custom": {"lineWidth": 0, "fillOpacity": 70},
            "thresholds": NEUTRAL,
            "mappings": mapping(texts),
        },
        {
            "mergeValues": True,
            "showValue": "never",
            "alignValue": "left",
            "rowHeight": 0.85,
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "single", "sort": "none"},
        },
    )


def bars(title, description, expr, legend, unit="percentunit", width=12, height=8, **more):
    """One bar for each series, as it is now."""
    return panel(
        "bargauge",
        title,
        description,
        query(expr, legend, instant=True),
        width,
        height,
        {
            "unit": unit,
            "min": more.get("min", 0),
            "max": more.get("max", 1),
            "thresholds": more.get("thresholds", steps(("blue", None))),
        },
        {
            "orientation": "horizontal",
            "displayMode": "basic",
            "valueMode": "color",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    )


def table(title, description, columns, by, height=8):
    """One row for each value of a label; columns are (name, expr, unit, thresholds, mappings)."""
    overrides = []
    names = {by: by}
    hidden = {"Time": True}
    queries = []
    for i, (name, expr, unit, thresholds, mappings) in enumerate(columns):
        value = f"Value #{chr(ord('A') + i)}"
        names[value] = name
        queries.append(query(f"max by ({by}) ({expr})", instant=True, table=True))
        properties = [{"id": "unit", "value": unit}, {"id": "mappings", "value": mappings}]
        if thresholds:
            properties += [
                {"id": "thresholds", "value": thresholds},
                {"id": "custom.cellOptions", "value": {"type": "color-text"}},
            ]
        overrides.append(
            {"matcher": {"id": "byName", "options": name}, "properties": properties}
        )
    return panel(
        "table",
        title,
        description,
        queries,
        COLUMNS,
        height,
        {"thresholds": NEUTRAL, "custom": {"align": "auto", "filterable": False}},
        {"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": by, "desc": False}]},
        overrides=overrides,
        transformations=[
            {"id": "merge", "options": {}},
            {"id": "organize", "options": {"excludeByName": hidden, "renameByName": names}},
        ],
    )


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": []}


def placed(panels):
    """Panels from left to right, a new line where one does not fit; rows have a line of their own."""
    x = y = height = 0
    result = []
    for number, each in enumerate(panels, 1):
        size = each.get("gridPos", {"w": COLUMNS, "h": 1})
        if x + size["w"] > COLUMNS:
            x, y, height = 0, y + height, 0
        result.append({"id": number, **each, "gridPos": {**size, "x": x, "y": y}})
        x += size["w"]
        height = max(height, size["h"])
    return result


def variable(name, label, selector, many=False):
    definition = f"label_values({selector}, {name})"
    result = {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "definition": definition,
        "query": {"query": definition, "refId": f"variable-{name}", "qryType": 1},
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "regex": "",
        "multi": many,
        "includeAll": many,
        "current": {},
        "options": [],
    }
    if many:
        result["allValue"] = ".*"
        result["current"] = {"text": ["All"], "value": ["$__all"]}
    return result


def dashboard(uid, title, description, variables, panels):
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["tributary"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "links": [
            {
                "type": "dashboards",
                "title": "Tributary",
                "tags": ["tributary"],
                "asDropdown": False,
                "includeVars": True,
                "keepTime": True,
                "targetBlank": False,
                "icon": "external link",
                "tooltip": "",
                "url": "",
            }
        ],
        "annotations": {
            "list": [
                {
                    "name": "Firing alerts",
                    "datasource": DATASOURCE,
                    "enable": True,
                    "hide": False,
                    "iconColor": "red",
                    "expr": 'ALERTS{alertname=~"Tributary.*", alertstate="firing", severity!="info"}',
                    "titleFormat": "{{alertname}}",
                    "textFormat": "{{federation}} {{silo}}",
                    "step": "30s",
                }
            ]
        },
        "templating": {"list": variables},
        "panels": placed(panels),
    }
