#!/bin/sh
# Makes the secrets of docker-compose.yml, once: what is there already stays as it is.
#
#     sh deploy/compose/secrets.sh [FOLDER]
#
# Containers see each file as it is here, whatever user they run as. So the files are readable, and it is the folder
# that keeps everybody else on this machine out. Keep a copy of it at a safe place: without portico_secret, what is
# encrypted in the store is lost.
set -eu
folder="${1:-$(dirname "$0")/secrets}"
umask 077
# What is mounted from the tree is read by the containers' own users, with whatever modes it was checked out.
chmod a+r "$(dirname "$0")"/mongodb*.sh "$(dirname "$0")"/*.js "$(dirname "$0")"/rabbitmq.conf
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() {
    od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# once NAME TEXT: writes the file NAME unless it is there.
once() {
    if [ ! -s "$1" ]; then
        printf '%s\n' "$2" >"$1.new"
        chmod 444 "$1.new"
        mv "$1.new" "$1"
        echo "made $folder/$1"
    fi
}

once portico_secret "$(random 32)"
once sandbox_key "$(random 32)"
once sandbox_webhook_secret "whsec_$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
once rabbitmq_password "$(random 24)"
once rabbitmq_user.conf "default_user = portico
default_pass = $(cat rabbitmq_password)"
once amqp_uri "amqp://portico:$(cat rabbitmq_password)@rabbitmq:5672/%2F"
once mongodb_keyfile "$(random 64)"
once mongodb_root_password "$(random 24)"
once mongodb_password "$(random 24)"
once mongo_uri "mongodb://portico:$(cat mongodb_password)@mongodb:27017/?replicaSet=portico&authSource=admin"
once mongodb_sandbox_password "$(random 24)"
once sandbox_mongo_uri "mongodb://sandbox:$(cat mongodb_sandbox_password)@mongodb:27017/?replicaSet=portico&authSource=admin"
once smtp_uri "smtp://mailpit:1025"
