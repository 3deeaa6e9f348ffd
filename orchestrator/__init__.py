import os

__version__ = "3.0.0.dev0"

# Nothing leaves the machine: onnxruntime reads this while it is imported, so every process passes here before.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
