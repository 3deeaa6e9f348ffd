#!/usr/bin/env bash
# Check the answers of built engines on this machine's GPU: `scripts/check_engines.sh --help`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'USAGE'
usage: scripts/check_engines.sh [ENGINE_ID]... [--again]

Starts the container's Triton with nothing loaded, on a free port of 127.0.0.1, loads one engine after the other, compares
each with the FP16 engine of its model, and writes the result into its manifest. Without an ENGINE_ID ("phi-2/int8-sm89")
all engines that have not passed yet. Needs the GPU for itself: stop what else serves on it. Ends the container.

Environment:
  COUNCIL_ENGINES_DIR  where engines are (data/engines)
  COUNCIL_MODELS_DIR   where tokenizers are (data/models)
  COUNCIL_BUILD_IMAGE  the container image, if it is not the one for this machine's driver

Exit codes: those of `council engines check`: 0 all have passed, 1 one has not, or the server failed, 130 stopped.
USAGE
}

refuse() {
    printf 'error: %s\nfix: %s\n' "$1" "$2" >&2
    exit 1
}

for argument in "$@"; do
    if [[ $argument == --help || $argument == -h ]]; then
        usage
        exit 0
    fi
done

engines=$(realpath -m -- "${COUNCIL_ENGINES_DIR:-$root/data/engines}")
models=$(realpath -m -- "${COUNCIL_MODELS_DIR:-$root/data/models}")
python=$root/.venv/bin/python
cd "$root"
"$python" -c 'import orchestrator.cli.engines_check' 2>/dev/null || refuse "Council is not set up here" "run: make setup"
image=${COUNCIL_BUILD_IMAGE:-$("$python" -m engines image)}
command -v docker >/dev/null || refuse "docker is not on this machine" "install Docker and the NVIDIA Container Toolkit"

scratch=$(mktemp -d)
container=
# shellcheck disable=SC2329 # called by the trap
clean_up() {
    if [[ $container ]]; then docker rm --force "$container" >/dev/null; fi
    rm -rf "$scratch"
}
trap clean_up EXIT
chmod 755 "$scratch"
"$python" -m engines.triton_config --every-engine --engines-dir "$engines" --models-dir "$models" --output "$scratch/models"

container=$(docker run --detach --init --gpus all --shm-size=2g --ulimit memlock=-1 --ulimit stack=67108864 \
    --user "$(id -u):$(id -g)" --env HOME=/tmp --env TRTLLM_ORCHESTRATOR=1 --env TRTLLM_NO_USAGE_STATS=1 --publish 127.0.0.1::8001 \
    --volume "$scratch/models:/council/models:ro" --volume "$engines:/engines:ro" "$image" \
    tritonserver --model-repository=/council/models --model-control-mode=explicit --disable-auto-complete-config \
    --pinned-memory-pool-byte-size=0 --cuda-memory-pool-byte-size=0:0 --enable-peer-access=false)
address=$(docker port "$container" 8001/tcp | head -n 1)

code=0
COUNCIL_ENGINES_DIR=$engines "$python" -m orchestrator.cli engines check --models-dir "$models" --triton "$address" \
    --wait-s 120 "$@" || code=$?
if ((code != 0 && code != 130)); then
    printf '\nthe last lines of the server:\n' >&2
    docker logs --tail 30 "$container" >&2 || true
fi
exit "$code"
