#!/bin/bash
# Starts MongoDB as a replica set of one, with users. Members of a set know each other by a key file, which must be
# readable for nobody but mongod; a mounted secret can't be that, so it gets a copy.
set -eu
install -m 400 /run/secrets/mongodb_keyfile /tmp/keyfile
exec docker-entrypoint.sh mongod --replSet portico --keyFile /tmp/keyfile --bind_ip_all --wiredTigerCacheSizeGB 0.5
