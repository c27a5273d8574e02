package dev.orrery.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The configured scheduler addresses of a client, and the one in use. */
final class Servers {
  private final List<URI> all;
  private final AtomicInteger current = new AtomicInteger();

  Servers(List<URI> all) {
    this.all = List.copyOf(all);
  }

  int count() {
    return all.size();
  }

  URI current() {
    return all.get(current.get());
  }

  /** Leaves an address that did not respond, unless another thread has left it. */
  void leave(URI failed) {
    int index = current.get();
    if (all.get(index).equals(failed)) {
      current.compareAndSet(index, (index + 1) % all.size());
    }
  }
}
