/**
 * Auto-configuration that is specific to Spring Boot 4: Jackson 3, and health with the types of
 * Boot 4.
 */
package dev.orrery.worker.boot;
