# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kubernetes_tree
short_description: Write the overlay of a Kubernetes cluster into a git work tree
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Projects one cluster of a topology into the documents that Argo CD, Helm, Kustomize and External Secrets read, plans
    them against the folder C(overlay/) in the cluster's folder of a git work tree, and applies the plan by one rename.
  - There is one Argo CD Application and one Helm values file per asset bound to the cluster, one Namespace and, where
    secrets are used, one SecretStore per namespace, one ExternalSecret per asset with secrets, and a
    C(kustomization.yaml) that lists them all. Secrets are refs, never values. An asset's Secret is named after its
    workload, C(<workload>-credentials).
  - Two more Applications bring C(overlay/namespaces) to the cluster and C(overlay/applications) to the cluster Argo CD
    runs in. No sync prunes; what left the topology shows as out of sync until somebody removes it.
  - The overlay is wholly owned, as its manifest C(.fractalops.json) says. Everything beside it, such as
    C(flux-system/), is never read, written or compared.
  - The task is refused, with every reason and nothing changed, when C(HEAD) is detached, the index is locked, a rebase,
    merge, cherry-pick, revert or bisect is in progress, an owned file was edited, the overlay holds a file that is not
    ours, or a symbolic link or a nested repository is on the way.
  - git is never run, so no hook, filter or fsmonitor of the repository executes. Committing is left to you.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.controller
  - fractalops.infra.attributes.plan
options:
  cluster:
    description: Id of the cluster in the topology.
    type: str
    required: true
  tree:
    description: Absolute path of the top of a git work tree on the controller.
    type: path
    required: true
  state:
    description: Whether the overlay should exist. V(absent) removes it, whatever O(delete_percent) says.
    type: str
    choices: [present, absent]
    default: present
  delete_percent:
    description:
      - Refuse a plan that prunes more than this share of the overlay's files.
      - Ten files may always be pruned, so that a small tree stays usable.
    type: int
    default: 50
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.topology]
  diff_mode:
    support: full
    description: Shows each file of the plan before and after.
  idempotent:
    support: full
    description: An overlay in order is not touched; its files keep their inodes and times.
  platform:
    support: full
    platforms: posix
    description: The controller must be Linux, with the tree on a file system that can exchange two directories.
seealso:
  - name: Argo CD, multiple sources for an Application
    description: How an Application takes its chart from one place and its values from git.
    link: https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/
  - name: External Secrets, HashiCorp Vault provider
    description: What the SecretStore says; OpenBao speaks the same protocol.
    link: https://external-secrets.io/latest/provider/hashicorp-vault/
"""

EXAMPLES = r"""
- name: See what a change of the topology does to a cluster, before anybody commits
  fractalops.infra.kubernetes_tree:
    topology: "{{ topology_source }}"
    cluster: lab
    tree: /srv/git/fleet
  check_mode: true
  diff: true

- name: Write the overlay of each cluster of the inventory
  fractalops.infra.kubernetes_tree:
    topology: "{{ topology_source }}"
    cluster: "{{ inventory_hostname }}"
    tree: /srv/git/fleet
  register: overlay

- name: Retire half of a cluster on purpose
  fractalops.infra.kubernetes_tree:
    topology: "{{ topology_source }}"
    cluster: lab
    tree: /srv/git/fleet
    delete_percent: 80

- name: Take a cluster out of the repository
  fractalops.infra.kubernetes_tree:
    topology: "{{ topology_source }}"
    cluster: lab
    tree: /srv/git/fleet
    state: absent
"""

RETURN = r"""
counts:
  description: Files of the overlay, without its manifest. In check mode, what would be.
  returned: success
  type: dict
  contains:
    written:
      description: Files created or updated.
      returned: success
      type: int
      sample: 4
    pruned:
      description: Files removed.
      returned: success
      type: int
      sample: 1
    unchanged:
      description: Files not touched.
      returned: success
      type: int
      sample: 23
  sample: {written: 4, pruned: 1, unchanged: 23}
diff:
  description: One entry per file of the plan.
  returned: success
  type: list
  elements: dict
  contains:
    before_header:
      description: Name of the file as it is, or C(/dev/null).
      returned: always
      type: str
      sample: values/portal.yaml
    after_header:
      description: Name of the file as it will be, or C(/dev/null).
      returned: always
      type: str
      sample: values/portal.yaml
    before:
      description: Text of the file as it is.
      returned: always
      type: str
      sample: "---\nreplicas: 1\n"
    after:
      description: Text of the file as it will be.
      returned: always
      type: str
      sample: "---\nreplicas: 2\n"
  sample:
    - before_header: /dev/null
      after_header: values/portal.yaml
      before: ""
      after: "---\nreplicas: 2\n"
path:
  description: The overlay, relative to the work tree; C(kubectl kustomize) builds it.
  returned: success
  type: str
  sample: clusters/lab/overlay
"""
