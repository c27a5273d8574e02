package dev.orrery.scheduler.base.database;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A {@code @QuarkusTest} of services on the database of {@link StoreTest}. It runs on the thread of
 * all tests with Quarkus.
 */
@Execution(ExecutionMode.SAME_THREAD)
public abstract class StoreServiceTest extends StoreTest {}
