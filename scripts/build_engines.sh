#!/usr/bin/env bash
# Build TensorRT-LLM engines for the GPU of this machine: `scripts/build_engines.sh --help`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PYTHONPATH=$root PYTHONDONTWRITEBYTECODE=1

usage() {
    cat <<'USAGE'
usage: scripts/build_engines.sh [--dry-run] [--model ID]... [--precision fp16|int8|fp8]... [OPTION]...

Builds engines for the GPU of this machine and puts each in place when it is complete. Stopped, or failed, it is run
again and goes on after the last finished step. Inside the TensorRT-LLM container it builds directly. Outside it gets
the weights, then enters the container that suits the driver through Docker with the NVIDIA Container Toolkit.

  --dry-run            show every command, size and expected time; touch nothing (needs no Docker)
  --assume-gpu NAME    with --dry-run: plan for this card, for example "RTX 4070"; also --vram-gib N, --driver V
  --step-timeout-min N longest time for one step (120)
  --keep-checkpoints   keep the converted weights for the next build
  --help               this text; all options: python3 -m engines build --help

Environment:
  COUNCIL_ENGINES_DIR  where engines go (data/engines)
  COUNCIL_MODELS_DIR   where weights are (data/models)
  COUNCIL_BUILD_IMAGE  another container image; its TensorRT-LLM must be the version of the plan
  HF_TOKEN             for models whose terms must be accepted; stays outside the container

Exit codes: 0 done, 1 a step failed or no card could be read, 2 the command line is wrong, 3 everything was refused,
130 stopped.
USAGE
}

refuse() {
    printf 'error: %s\nfix: %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

usable() { "$1" -c 'import psutil, pydantic, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

dry_run=
for argument in "$@"; do
    case $argument in
        --help | -h)
            usage
            exit 0
            ;;
        --dry-run) dry_run=yes ;;
        --engines-dir* | --models-dir*)
            refuse "${argument%%=*} is not taken here" "set COUNCIL_ENGINES_DIR and COUNCIL_MODELS_DIR" 2
            ;;
    esac
done

engines=$(realpath -m -- "${COUNCIL_ENGINES_DIR:-$root/data/engines}")
models=$(realpath -m -- "${COUNCIL_MODELS_DIR:-$root/data/models}")

inside=
command -v trtllm-build >/dev/null && inside=yes
if [[ $inside ]]; then
    python=python3 # the container's own, with its TensorRT-LLM
else
    python=$root/.venv/bin/python
    usable "$python" || python=python3
fi
usable "$python" || refuse "Python 3.11 or later with pydantic and psutil is missing" "run: make setup"

build=("$python" -m engines build "--engines-dir=$engines" "--models-dir=$models")
if [[ $inside ]]; then
    exec "${build[@]}" "$@"
fi

in_container() { # in_container IMAGE DIGEST ARGUMENT...: the command that builds there, in `entered`
    local image=$1 digest=$2
    shift 2
    # With this user's ids, so that what is built belongs to who built it; such a user has no home in the image.
    # --init passes Ctrl-C and SIGTERM on and takes care of orphans. memlock, stack and shm: as NVIDIA starts this image.
    entered=(docker run --rm --init --gpus all
        --shm-size=2g --ulimit memlock=-1 --ulimit stack=67108864
        --user "$(id -u):$(id -g)" --env HOME=/tmp --env HF_HOME=/engines/.cache/huggingface
        --env HTTPS_PROXY --env NO_PROXY --env TRTLLM_NO_USAGE_STATS=1 --env HF_HUB_DISABLE_TELEMETRY=1
        --env "COUNCIL_BUILD_IMAGE=${image%@*}" --env "COUNCIL_BUILD_DIGEST=$digest"
        --env PYTHONPATH=/council --env PYTHONDONTWRITEBYTECODE=1
        --hostname "$(uname -n)" --workdir /council
        --volume "$root/engines:/council/engines:ro"
        --volume "$models:/models:ro" --volume "$engines:/engines"
        "$image"
        python3 -m engines build --engines-dir=/engines --models-dir=/models "$@")
}

if [[ $dry_run ]]; then
    planned=$("${build[@]}" "$@") || {
        code=$?
        printf '%s' "${planned:+$planned$'\n'}"
        exit "$code"
    }
    image=${COUNCIL_BUILD_IMAGE:-$(sed -n '/^container /{s/^container \([^ ]*\).*/\1/p;q}' <<<"$planned")}
    real=() skip=
    for argument in "$@"; do # without those of the dry run
        case ${skip:+value}$argument in
            value*) skip= ;;
            --assume-gpu | --gpu | --vram-gib | --driver) skip=yes ;;
            --dry-run | --assume-gpu=* | --gpu=* | --vram-gib=* | --driver=*) ;;
            *) real+=("$argument") ;;
        esac
    done
    in_container "$image" "" "${real[@]}"
    printf '%s\n\nby this, on the host (the two data directories are /models and /engines in there):\n  docker pull %q\n  ' "$planned" "$image"
    printf '%q ' "${entered[@]}"
    printf '\n'
    exit
fi

pinned=$("$python" -m engines image)
image=${COUNCIL_BUILD_IMAGE:-$pinned}
command -v docker >/dev/null || refuse "docker is not on this machine" \
    "install Docker and the NVIDIA Container Toolkit, or run this inside $image"
docker version >/dev/null 2>&1 || refuse "the Docker engine does not answer" \
    "start it (systemctl start docker), and see that this user may use it: docker version"

# Refuses here what cannot work, before 14 GB of image are pulled; the container's Python cannot get weights.
"${build[@]}" --download-only "$@"
docker image inspect "$image" >/dev/null 2>&1 || docker pull "$image" ||
    refuse "the image $image cannot be had" "check the network, or set COUNCIL_BUILD_IMAGE"
digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" |
    sed -n 's/.*@\(sha256:[0-9a-f]\{64\}\)$/\1/p' | head -n 1)

mkdir -p "$engines" "$models"
in_container "$image" "$digest" "$@"
exec "${entered[@]}"
