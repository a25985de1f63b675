// The container's health check: healthy is a primary. The first time it makes the replica set.
// (While the data folder is set up, MongoDB listens to 127.0.0.1 only, so nobody is reached by this name.)
const { readFileSync } = require("fs");

const admin = connect("mongodb://mongodb:27017/admin?directConnection=true&serverSelectionTimeoutMS=3000");
admin.auth("root", readFileSync("/run/secrets/mongodb_root_password", "utf8").trim());
try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  admin.adminCommand({
    replSetInitiate: { _id: "portico", members: [{ _id: 0, host: "mongodb:27017" }] },
  });
}
quit(admin.hello().isWritablePrimary ? 0 : 1);
