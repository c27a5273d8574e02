package dev.orrery.scheduler.database;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.Transactional;
import java.util.OptionalInt;

/**
 * Lets a call begin a transaction once its app has a place. Edits of one app wait for each other's
 * locks, and without a share they would hold all connections during that wait.
 */
@Transactional
@Interceptor
@Priority(EditShareInterceptor.BEFORE_THE_TRANSACTION)
class EditShareInterceptor {
  /** The interceptor that begins the transaction adds 200 instead of 100. */
  static final int BEFORE_THE_TRANSACTION = Interceptor.Priority.PLATFORM_BEFORE + 100;

  private final CallingApp app;
  private final EditShare share;
  private final TransactionManager transactions;

  EditShareInterceptor(CallingApp app, EditShare share, TransactionManager transactions) {
    this.app = app;
    this.share = share;
    this.transactions = transactions;
  }

  @AroundInvoke
  Object enter(InvocationContext call) throws Exception {
    OptionalInt caller = app.current();
    if (caller.isEmpty() || transactions.getStatus() != Status.STATUS_NO_TRANSACTION) {
      return call.proceed();
    }
    share.enter(caller.getAsInt());
    try {
      return call.proceed();
    } finally {
      share.leave(caller.getAsInt());
    }
  }
}
