/** TLS by name, if the application has the registry of Quarkus. */
package dev.orrery.worker.quarkus.tls;
