/** Published PowerJob workers, as processes of their own, on a packaged scheduler. */
package dev.orrery.it.powerjob;
