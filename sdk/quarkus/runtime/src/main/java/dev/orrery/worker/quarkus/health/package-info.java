/** Health of the worker, if the application has the extension for it. */
package dev.orrery.worker.quarkus.health;
