/** TLS configurations by name, if the application has Quarkus' TLS registry. */
package dev.orrery.worker.quarkus.tls;
