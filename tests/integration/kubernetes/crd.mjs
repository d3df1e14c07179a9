// SPDX-License-Identifier: GPL-3.0-or-later
// Validates manifests (a JSON list on stdin) against the schemas of their upstream CRDs; prints what is wrong as JSON.
// Node resolves packages from the working directory when it gets this text by --eval.
// A real API server drops fields it does not know, so a field the schema never looked at is an error here.

import { readFileSync } from "node:fs";

const MODULES = {
  Application: "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application",
  ExternalSecret: "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret",
  SecretStore: "@kubernetes-models/external-secrets/external-secrets.io/v1/SecretStore",
};

function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    copy[key] = watched(value[key], `${path}/${key}`, unread);
    if (!Array.isArray(value)) unread.add(`${path}/${key}`);
  }
  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return target[key];
    },
  });
}

const problems = [];
for (const manifest of JSON.parse(readFileSync(0, "utf8"))) {
  const name = `${manifest.kind}/${manifest.metadata.name}`;
  const module = await import(MODULES[manifest.kind]);
  const model = module[manifest.kind];
  const unread = new Set();
  try {
    const { apiVersion, kind } = new model({});
    if (apiVersion !== manifest.apiVersion || kind !== manifest.kind) problems.push(`${name}: is not ${apiVersion}`);
    const object = new model(manifest);
    object.spec = watched(manifest.spec, "spec", unread);
    object.validate();
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
    continue;
  }
  for (const path of unread) problems.push(`${name}: ${path} is unknown to the schema`);
}
console.log(JSON.stringify(problems));
