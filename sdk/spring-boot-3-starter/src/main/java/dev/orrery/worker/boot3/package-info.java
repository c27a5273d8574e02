/** Auto-configuration that is specific to Spring Boot 3: health with the types of Boot 3. */
package dev.orrery.worker.boot3;
