package dev.orrery.scheduler.base.database;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.Transactional;

/** Delays a transaction until the app's connection quota has room. */
@Transactional
@Interceptor
@Priority(EditQuotaInterceptor.BEFORE_THE_TRANSACTION)
class EditQuotaInterceptor {
  /** The interceptor that begins the transaction adds 200 instead of 100. */
  static final int BEFORE_THE_TRANSACTION = Interceptor.Priority.PLATFORM_BEFORE + 100;

  private final CallingApp app;
  private final ConnectionQuota quota;
  private final DatabaseReachability reachability;
  private final TransactionManager transactions;

  EditQuotaInterceptor(
      CallingApp app,
      ConnectionQuota quota,
      DatabaseReachability reachability,
      TransactionManager transactions) {
    this.app = app;
    this.quota = quota;
    this.reachability = reachability;
    this.transactions = transactions;
  }

  @AroundInvoke
  Object enter(InvocationContext call) throws Exception {
    if (transactions.getStatus() != Status.STATUS_NO_TRANSACTION) {
      return call.proceed();
    }
    return quota
        .edits()
        .run(
            app.current(),
            () -> {
              // An outage may have begun during the wait.
              reachability.require();
              return call.proceed();
            });
  }
}
