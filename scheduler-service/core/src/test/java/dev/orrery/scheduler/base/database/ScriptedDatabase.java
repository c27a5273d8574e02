package dev.orrery.scheduler.base.database;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Returns the answers that the test says, one for each autocommit or transaction, and runs no
 * statement: for tests of what follows from an answer.
 */
public final class ScriptedDatabase extends EngineDatabase {
  private final Deque<Object> answers = new ArrayDeque<>();

  public ScriptedDatabase() {
    super(null, null, null, null, null, null);
  }

  /** The next answers; an exception is thrown. */
  public ScriptedDatabase answering(Object... next) {
    answers.addAll(Arrays.asList(next));
    return this;
  }

  /** How many answers nobody has asked for yet. */
  public int left() {
    return answers.size();
  }

  @Override
  @SuppressWarnings("unchecked") // The test knows what the caller reads.
  public <T> T autocommit(SqlWork<T> work) {
    Object next = answers.remove();
    if (next instanceof RuntimeException failure) {
      throw failure;
    }
    return (T) next;
  }

  @Override
  public <T> T read(SqlWork<T> work) {
    return autocommit(work);
  }

  @Override
  public <T> T transaction(SqlWork<T> work) {
    return autocommit(work);
  }
}
