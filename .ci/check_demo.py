"""Fails unless the demo's model learned: final over initial perplexity at most the given ratio."""

import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
limit = float(sys.argv[2])
initial = report["initial"]["perplexity"]
final = report["final"]["perplexity"]
mixture = {silo: alone["mixture"] for silo, alone in report["alone"].items()}

problems = []
if not final <= limit * initial:
    problems.append(f"perplexity went from {initial} to {final}; at most {limit} of it was expected")
for silo, perplexity in mixture.items():
    if not final < perplexity:
        problems.append(f"{silo} alone has {perplexity} on the mixture, the shared model {final}")
if not all(len(r["cohort"]) == len(mixture) and r["rejected"] == 0 for r in report["rounds"]):
    problems.append("a round missed a silo or rejected an update")
for problem in problems:
    print("demo:", problem, file=sys.stderr)
print(f"demo: perplexity {initial:.1f} -> {final:.2f} in {len(report['rounds'])} rounds")
sys.exit(1 if problems else 0)
