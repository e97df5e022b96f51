#!/usr/bin/env bash
#SBATCH --job-name=survey
#SBATCH --array=1-100
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=04:00:00
# Surveys a part of a corpus in each task of a Slurm array:
#
#   sbatch --array=1-100 survey.sh CORPUS.jsonl FOLDER 100 [OPTIONS of headscope survey map]
#   headscope survey merge FOLDER/*.part -o NEWS.survey       when all tasks are done
#
# CORPUS.jsonl has a JSON object with "id" and "text" a line. It is cut into as many parts (here 100) as the third argument says, not
# into as many as there are tasks: so the tasks that failed can be given to Slurm again by themselves (--array=17,42), and a
# part is the same each time. Task 17 writes FOLDER/17-of-100.part, in one step when it is done; a part that is there is not
# computed again.
set -euo pipefail
if [ $# -lt 3 ]; then
  echo "usage: survey.sh CORPUS.jsonl FOLDER PARTS [OPTIONS of headscope survey map]" >&2
  exit 64
fi
corpus=$1 folder=$2 parts=$3
shift 3
task=${SLURM_ARRAY_TASK_ID:?is not set: this is a task of a Slurm array}
if [ "$task" -lt 1 ] || [ "$task" -gt "$parts" ]; then
  echo "survey.sh: there is no part $task of $parts: give sbatch --array=1-$parts, or some of them" >&2
  exit 64
fi
# No more threads than processors are lent to the task.
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}

mkdir -p "$folder"
part=$folder/$task-of-$parts.part
if [ -s "$part" ]; then
  echo "survey.sh: $part is there"
  exit
fi
unfinished=$folder/.unfinished-$task-$HOSTNAME-$$
trap 'rm -f "$unfinished"' EXIT
# The task's part of the file, whole lines, without reading the others.
split --number="l/$task/$parts" -- "$corpus" | headscope survey map "$@" >"$unfinished"
mv -- "$unfinished" "$part"
