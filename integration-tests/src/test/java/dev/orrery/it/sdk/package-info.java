/** Applications that embed a worker, and tests of applications on a packaged scheduler. */
package dev.orrery.it.sdk;
