"""The embedded stack: everything that Callboard needs on one machine, private to one checkout.

``stack.Stack`` starts a RabbitMQ node, a mongod and Callboard's processes under supervision; ``cli`` holds the
commands of ``./callboard``.
"""
