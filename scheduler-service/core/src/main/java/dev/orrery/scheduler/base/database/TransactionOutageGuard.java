package dev.orrery.scheduler.base.database;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.Transactional;

/**
 * Refuses to begin a transaction during an outage, and reports transactions that an outage has
 * ended. Failures of Hibernate and of commits are visible only here.
 */
@Transactional
@Interceptor
@Priority(EditQuotaInterceptor.BEFORE_THE_TRANSACTION - 1)
class TransactionOutageGuard {
  private final DatabaseReachability reachability;
  private final TransactionManager transactions;

  TransactionOutageGuard(DatabaseReachability reachability, TransactionManager transactions) {
    this.reachability = reachability;
    this.transactions = transactions;
  }

  @AroundInvoke
  Object call(InvocationContext call) throws Exception {
    if (transactions.getStatus() != Status.STATUS_NO_TRANSACTION) {
      return call.proceed();
    }
    reachability.require();
    try {
      return call.proceed();
    } catch (Exception e) {
      DatabaseException.behind(e).ifPresent(reachability::failed);
      throw e;
    }
  }
}
