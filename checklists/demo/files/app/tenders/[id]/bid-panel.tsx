'use client'

import { useEffect, useState } from 'react'
import { countBids } from '@/lib/bid-statistics'
import { submitBid } from '@/app/actions/bids'

export function BidPanel({ tenderId, supplierId }: { tenderId: string; supplierId: string }) {
  const [bids, setBids] = useState<number>()

  useEffect(() => {
    countBids(tenderId).then(setBids)
  }, [tenderId])

  return (
    <form
      action={async (form) => {
        await submitBid({ tender_id: tenderId, supplier_id: supplierId, amount: Number(form.get('amount')) })
      }}
    >
      <p>{bids ?? '…'} bids so far</p>
      <input name="amount" type="number" min="1" required />
      <button>Bid</button>
    </form>
  )
}
