/**
 * Access to PostgreSQL: pools, the share of each app in them, statements, transactions, and causes
 * of outages. {@link dev.orrery.scheduler.base.database.EngineDatabase} runs the statements of the
 * engine on a small pool without a transaction manager; {@link
 * dev.orrery.scheduler.base.database.JtaDatabase} runs plain statements inside the transaction of a
 * REST call. {@link dev.orrery.scheduler.base.database.SqlStatement} binds parameters and reads
 * rows.
 *
 * <p>The SQL of a feature belongs to the store of that feature, not here.
 */
package dev.orrery.scheduler.base.database;
