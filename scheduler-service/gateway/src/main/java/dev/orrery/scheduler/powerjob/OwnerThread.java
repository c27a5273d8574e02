package dev.orrery.scheduler.powerjob;

/** Confines state to the thread that uses it first; the state then needs no lock. */
final class OwnerThread {
  private Thread owner;

  /**
   * @throws IllegalStateException if another thread is the owner
   */
  void require() {
    Thread current = Thread.currentThread();
    if (owner == null) {
      owner = current;
    } else if (owner != current) {
      throw new IllegalStateException(
          "Called by the thread " + current.getName() + " instead of " + owner.getName());
    }
  }
}
