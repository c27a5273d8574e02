package app;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** A bean that a job writes to, and that rejects writes after it was closed. */
@ApplicationScoped
class Store {
  private final AtomicBoolean closed = new AtomicBoolean();

  String write(String what) {
    if (closed.get()) {
      throw new IllegalStateException("The store is closed");
    }
    return "wrote " + what;
  }

  @PreDestroy
  void close() {
    closed.set(true);
    Logger.getLogger(Store.class).info("The store is closed");
  }
}
