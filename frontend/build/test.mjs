// `npm test`: the logic of the pages, compiled for this machine.
import { join } from "node:path";
import { alone, run, targetDir } from "./toolchain.mjs";

alone();
// A folder of its own: the host's compiler and the one for WebAssembly need not be the same.
run("cargo", ["test", "--locked", "--lib", "-p", "fupin-frontend", "--target-dir", join(targetDir, "native"), ...process.argv.slice(2)]);
