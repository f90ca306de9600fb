-- What receipts say of a message is asked with every receipt and every batch that was sent.

-- CreateIndex
CREATE INDEX "message_receipt_message_id_idx" ON "message_receipt"("message_id");
