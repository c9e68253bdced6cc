-- Which topic the offsets belong to: a topic that was deleted and made anew has the same name and
-- another id, and offsets of the old one mean other messages. Null where the brokers have no topic
-- ids (before Kafka 2.8), and until the group has taken its partitions over once.
ALTER TABLE consumer_groups ADD COLUMN topic_id text;
