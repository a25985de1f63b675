// Runs once, when the data folder is empty: makes the user of the services, who may use their databases
// only, and that of the sandbox, who may use its own: it stands for somebody else's system.
const { readFileSync } = require("fs");

const databases = ["auth", "customers", "invoices", "notifications", "payments", "subscriptions"];

function create(user, passwordFile, names) {
  db.getSiblingDB("admin").createUser({
    user,
    pwd: readFileSync(`/run/secrets/${passwordFile}`, "utf8").trim(),
    roles: names.map((name) => ({ role: "readWrite", db: `portico_${name}` })),
  });
}

create("portico", "mongodb_password", databases);
create("sandbox", "mongodb_sandbox_password", ["sandbox"]);
