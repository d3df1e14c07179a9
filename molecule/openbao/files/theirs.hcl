path "secret/data/integrations/*" { capabilities = ["read"] }
