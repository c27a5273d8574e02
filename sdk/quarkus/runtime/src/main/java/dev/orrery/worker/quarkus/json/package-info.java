/** Results as JSON, if the application has Jackson. */
package dev.orrery.worker.quarkus.json;
