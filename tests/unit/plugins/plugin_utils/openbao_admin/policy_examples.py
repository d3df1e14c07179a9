# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies and what OpenBao makes of them: a unit test asks our reader, an integration test asks a server."""

from __future__ import annotations

_READERS = 'controlled_capabilities = ["read"]'
_APPROVED = 'identity { group_names = ["g"] approvals = 1 }'
#: Paths with their capabilities, for each policy that the server takes.
TAKEN: dict[str, dict[str, set[str]]] = {
    # Forms of HCL.
    " ": {},
    'path "a" {}': {"a": set()},
    'path a { capabilities = ["read"] }': {"a": {"read"}},
    '"path" "a" { "capabilities" = ["read"] }': {"a": {"read"}},
    '"\\x70ath" "a" { "capab\\u0069lities" = ["\\162ead"] }': {"a": {"read"}},
    'path "a" "b" { capabilities = ["read"] }': {"a": {"read"}, "b": set()},
    'path = { capabilities = ["read"] }': {"path": {"read"}},
    'path { capabilities = ["read"] }': {"path": {"read"}},
    'name = "x", path "a" { capabilities = [,"read",,], }, ': {"a": {"read"}},
    'path "a" { capabilities = ["read"] policy = "write" }': {"a": {"create", "read", "update", "delete", "list"}},
    'path "a" { capabilities = ["read"] capabilities = ["list"] }': {"a": {"read", "list"}},
    'path "a" { capabilities = ["read"] } path "a" { capabilities = ["list"] }': {"a": {"read", "list"}},
    'path "a" { capabilities = ["read", "deny", "no such"] }': {"a": {"deny"}},
    'path "a" { capabilities = ["no such"] policy = "deny" }': {"a": {"deny"}},
    'path "a" { capabilities = ["sudo"] } path "a" { policy = "deny" }': {"a": {"deny"}},
    'path "a" { capabilities = {} }': {"a": set()},
    'path "a" { policy = "deny" policy = "read" }': {"a": {"read", "list"}},
    'path "/a" { capabilities = ["read"] }': {"a": {"read"}},
    'path "a" { capabilities = ["read"] expiration = "2001-02-03T4:05:06Z" }': {"a": set()},
    'path "a" { capabilities = ["read"] expiration = 32503680000 }': {"a": {"read"}},
    'path "a" { capabilities = ["read"] } path =': {"a": {"read"}, "path": set()},
    '# x\n// y "\n/* { */ path /**/ "a" /* */ { # }\r\n capabilities = ["read"] } //': {"a": {"read"}},
    # Texts.
    'path "k\\x76/\\u00e9\\"\\\\\\t\\101" { capabilities = ["read"] }': {'kv/é"\\\tA': {"read"}},
    'path "\\ud800" { capabilities = ["read"] }': {"\ufffd": {"read"}},
    'path "\\303\\251" { capabilities = ["read"] }': {"é": {"read"}},
    'path "${"\n\\n}" { capabilities = ["read"] }': {'${"\n\\n}': {"read"}},
    'path "$\\x7b}" { capabilities = ["read"] }': {"${}": {"read"}},
    'path "a" { policy = "" comment = <<EOF\npath "b" {\nEOF x\n  EOF\n }': {"a": set()},
    'path "a" { comment = <<-EOF\n  }\n  EOF\n capabilities = ["read"] }': {"a": {"read"}},
    'path "a" { min_wrapping_ttl = <<-EOF\nEOF\n EOF\n capabilities = ["deny"] }': {"a": {"deny"}},
    'name = 08 path "a" { comment = 1e} policy = "read" }': {"a": {"read", "list"}},
    'path "${\r\n}" { capabilities = ["read"] comment = [[1] 2, [3] [4]] }': {"${\n}": {"read"}},
    # JSON.
    '{"path": {"b": {}, "a": {"\\400": {"policy": "read"}}}}': {"a": {"read", "list"}, "b": set()},
    '{"path": {"a": {"policy": "read"}.': {"a": {"read", "list"}},
    '{"path": {"a": {"policy": "read", "pagination_limit": 1': {"a": {"read", "list"}},
    ' \n{"path": {"a": {"capabilities": ["read"]}}}': {"a": {"read"}},
    '{"path": {"a": {"capabilities": ["read"]}, "b": {"capabilities": ["list"]}}}': {"a": {"read"}, "b": {"list"}},
    '{"path": [{"a": {"policy": "read"}}, {"a": {"capabilities": ["scan"]}}]}': {"a": {"read", "list", "scan"}},
    '{"path": {"a": {}}, "path": {"b": {"policy": "read"}}}': {"a": set(), "b": {"read", "list"}},
    '{"path" "a": {"capabilities": ["read"]}}': {"a": {"read"}},
    '{"path": {}}': {"path": set()},
    '{"path": {"\\141\\x2fb": {"capabilities": ["read"]}}}': {"a/b": {"read"}},
    '{"path": {"${": {"capabilities": ["read"]}}}': {"${": {"read"}},
    '{"path": {"a": {"capabilities": [["read", true, "list"]]}': {"a": {"read", "list"}},
    "{": {},
    "{} path": {},
    '{"path": {"a": {"capabilities": ["read"]}}} { ~': {"a": {"read"}},
    '{"path": {"a": {"capabilities": ["read"], "policy": }}}': {"a": {"read"}},
    '{"path": {"a": {"capabilities": ["read"] "policy": "write"}}}': {"a": {"read"}},
    # Labels, not parameters: their names do not matter.
    '{"path": {"a": {"allowed_parameters": {"capabilities": ["read"]}}}}': {"a": {"read"}},
    '{"path": {"a": {"policy": null, "capabilities": ["read"], "allowed_parameters": {"x": []}}}}': {"a": {"read"}},
    # What grants nothing.
    'path "a" { min_wrapping_ttl = "1m" max_wrapping_ttl = "1.5h" pagination_limit = "0x1F" mfa_methods = [] }': {
        "a": set()
    },
    'path "a" { policy = "deny" min_wrapping_ttl = true }': {"a": {"deny"}},
    'path "a" { allowed_parameters "x" { y = 1 } denied_parameters = { "y" = [1, "x", true, 1.5, [{}]] } }': {
        "a": set()
    },
    'path "a" { policy = "read" list_scan_response_keys_filter_path = "{{ .path }}{{ .key }}" }': {
        "a": {"read", "list"}
    },
    'path "a" { policy = "read" control_group { ttl = "4h" factor "f" { controlled_capabilities = ["read"]'
    ' identity { Group_Names = ["g"] approvals = "2" } } } }': {"a": {"read", "list"}},
}
#: Refused for a capability that does not exist, which our reader leaves to whoever asks.
UNKNOWN = (
    'path "a" { capabilities = ["no such", "deny"] }',
    'path "a" { capabilities = [1] }',
    'path "a" { capabilities = ["Read"] policy = "read" }',
    '{"path": {"a": {"capabilities": ["read", ""]}}}',
)
REFUSED = (
    # Forms of HCL.
    "path",
    'path "a"',
    'path "a" {',
    'path "a" { x',
    'path "a" { policy = ',
    'path "a" = {}',
    'PATH "a" {}',
    'path "a" { Policy = "read" }',
    'path = { "a" = { policy = "read" } }',
    'path "a" { policy: "read" }',
    'path "a" { capabilities = "read" }',
    'path "a" { capabilities = [read] }',
    'path "a" { capabilities = ["read" "list"] }',
    'path "a" { capabilities = [["read"]] }',
    'path "a" { capabilities = ["read" }',
    'path "a" { capabilities "x" {} }',
    'path "a" { policy = "Read" }',
    'path "a" {} name = {}',
    'path "a" {} /* x',
    'path "a" {} / x',
    'path "a" {} \0',
    '\ufeffpath "a" {}',
    # Texts.
    'path "a\n" {}',
    "path 'a' {}",
    'path "\\$" {}',
    'path "\\18" {}',
    'path "\\400" {}',
    'path "\\U00110000" {}',
    'path "${\ufffd}" {}',
    'path "${" {}',
    "name = <<EOF\nEOF",
    "name = <<EOF x\nEOF\n",
    "name = <<\n\n",
    "name = <<-EOF\nx\nEOF\n",
    'path "a" { comment = 0x }',
    'path "a" { comment = 0189 }',
    # Paths.
    'path "a/+*" {}',
    'path "a/{{x" {}',
    'path "a}}" {}',
    'path "{{a}}b}}" {}',
    # JSON.
    "{]",
    '{"path": "a"}',
    '{"path": {"a": {"capabilities": ["read"], "policy": "x"}}}',
    '{"path": {"a": {"capabilities": [null]}}}',
    '{"path": {"a": {"capabilities": "read"}}}',
    '{"path": {"\\/": {}}}',
    '{"path": {"\\ud83d\\ude00": {}}}',
    '{"path": {"a": {"pagination_limit": 01}}}',
    '{"path": {"a": {"pagination_limit": 0',
    '{"path": {"a": {"\\400": {"policy": "read"}}}}',
    '{# x\n"path": {}}',
    '\u00a0{"path": {"a": yes}}',
    '{"path": {"a": {"policy": "read", "allowed_parameters": {"capabilities": {"x": ["read"]}}, "x": 1}}}',
    '{"path": {"a": {"policy": "read", "control_group": {"factor": {"f": {"controlled_capabilities": ["read"]}}}}}}',
    # Values.
    'path "a" { pagination_limit = 08 }',
    'path "a" { pagination_limit = 1.5 }',
    'path "a" { min_wrapping_ttl = 1 min_wrapping_ttl = "2h" }',
    'path "a" { min_wrapping_ttl = "2h" max_wrapping_ttl = "1h" }',
    'path "a" { min_wrapping_ttl = "1h2d" }',
    'path "a" { max_wrapping_ttl = 9223372037 }',
    'path "a" { expiration = "2999-02-29T00:00:00Z" }',
    'path "a" { allowed_parameters = { x = "y" } }',
    'path "a" { allowed_parameters = { x = [1e] } }',
    'path "a" { list_scan_response_keys_filter_path = "{{ .key }}" }',
    'path "a" { policy = "read" list_scan_response_keys_filter_path = "{{ .path }}" }',
    'path "a" { control_group {} }',
    f'path "a" {{ control_group {{ factor {{ {_READERS} {_APPROVED} }} }} }}',
    f'path "a" {{ control_group {{ factor "f" {{ controlled_capabilities = ["sudo"] {_APPROVED} }} }} }}',
    f'path "a" {{ control_group {{ factor "f" {{ {_READERS} identity {{ group_names = ["g"] }} }} }} }}',
    f'path "a" {{ control_group {{ ttl = "x" factor "f" {{ {_READERS} {_APPROVED} }} }} }}',
)
