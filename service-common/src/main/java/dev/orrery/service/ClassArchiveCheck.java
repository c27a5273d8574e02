package dev.orrery.service;

import dev.orrery.protocol.startup.ClassArchiveOption;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Warns if the class archive is not in use. The JVM itself logs nothing; it only starts more
 * slowly.
 */
@Singleton
class ClassArchiveCheck {
  private static final Logger LOG = Logger.getLogger(ClassArchiveCheck.class);

  void start(@Observes StartupEvent event) {
    ClassArchiveOption.warning().ifPresent(LOG::warn);
  }
}
