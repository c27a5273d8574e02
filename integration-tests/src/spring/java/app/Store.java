package app;

import jakarta.annotation.PreDestroy;
import org.springframework.stereotype.Component;

/** What jobs need until they end; refuses after its end. */
@Component
class Store {
  private volatile boolean closed;

  String write(String row) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    return "wrote " + row;
  }

  @PreDestroy
  void close() {
    closed = true;
    System.out.println("The store is closed");
  }
}
