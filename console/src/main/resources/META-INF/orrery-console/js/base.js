/**
 * The folder of the console that a module of it was loaded from. The scheduler serves all files of a release in a folder of
 * its own, `files/HASH/`, so that a browser keeps them.
 *
 * @param module the address of a module of this folder
 */
export function folderOf(module) {
  return new URL('..', module).href.replace(/\/files\/[0-9a-f]+\/$/, '/');
}

/** Such as https://host/console/ or https://host/prefix/console/. */
export const CONSOLE = folderOf(import.meta.url);
