/**
 * Messages of PowerJob workers and clients, as recorded from releases 4.3.9 and 5.1.1. Pure
 * translation: no framework, no database, no network.
 */
package dev.orrery.powerjob;
