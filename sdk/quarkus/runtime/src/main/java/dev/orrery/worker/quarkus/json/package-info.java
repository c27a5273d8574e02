/** JSON for results and parameters, if the application has Jackson. */
package dev.orrery.worker.quarkus.json;
