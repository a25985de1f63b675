// Runs once, when the data folder is empty: makes the user of the services, who may use Portico's databases only.
const { readFileSync } = require("fs");

const databases = ["auth", "customers", "invoices", "notifications", "payments", "sandbox", "subscriptions"];

db.getSiblingDB("admin").createUser({
  user: "portico",
  pwd: readFileSync("/run/secrets/mongodb_password", "utf8").trim(),
  roles: databases.map((name) => ({ role: "readWrite", db: `portico_${name}` })),
});
