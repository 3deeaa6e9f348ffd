"""What Council claims to be fast, measured against a baseline of the same run.

__main__.py        `python -m benchmarks`: all of them, the table, the JSON and the plot
serving.py         engine in process, Triton direct, orchestrator: side by side at 1, 4, 8, 16 streams
cancel.py          client gone to idle engine slot, through the orchestrator
prefix_reuse.py    first token of turn 5 of a conversation, cached and cold
llama_builds.py    llama.cpp with kernels for this processor, and the wheel's
interference.py    a running stream's gaps while another client sends a 1,500-token prompt
prompt_lookup.py   code-edit prompts with and without speculation
quantisation.py    quality and speed of the served quantisations (ADR 0002); run on its own
documents.py       answers from documents on their graded set: share right, and what their confidence is worth; run on its own
math_skill.py      the math skill on its graded set: share right and time; run on its own
layers.py          the three ways to run one prompt, and the processes behind them
in_process.py      the engine alone, in Triton's environment
timing.py          what one stream's timings are, and percentiles
"""
