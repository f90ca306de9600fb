#!/bin/sh
# Closed workflows are kept long enough for an engineer to look into last month's incident.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}
if temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  echo "namespace $namespace is there"
else
  temporal operator namespace create --namespace "$namespace" --retention 720h
fi
