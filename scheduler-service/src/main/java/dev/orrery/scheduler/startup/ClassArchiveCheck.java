package dev.orrery.scheduler.startup;

import dev.orrery.protocol.startup.ClassArchive;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Warns of a class archive that does not fit, since the JVM then starts slowly in silence. */
@Singleton
class ClassArchiveCheck {
  private static final Logger LOG = Logger.getLogger(ClassArchiveCheck.class);

  void start(@Observes StartupEvent event) {
    ClassArchive.warning().ifPresent(LOG::warn);
  }
}
