path "sys/policies/acl/fractalops-lab-*" { capabilities = ["create", "delete", "read", "update"] }
path "auth/approle/role/fractalops-lab-*" { capabilities = ["create", "delete", "read", "update"] }
